const utf8 = new TextEncoder();

/** Writes the protobuf wire format. Payloads are kept by reference until `bytes`, nested messages are not copied. */
export class ProtobufWriter {
  private readonly chunks: Uint8Array[] = [];
  private tail: number[] = [];
  private length = 0;

  get byteLength(): number {
    return this.length;
  }

  /** int32, int64, enum; exact up to 2^53. */
  integer(field: number, value: number): void {
    this.varint(field * 8);
    if (value >= 0) {
      this.varint(value);
    } else {
      // Ten bytes of two's complement, as the format wants it for negative numbers.
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.byte(Number(rest & 127n) | 128);
      this.byte(Number(rest));
    }
  }

  float(field: number, value: number): void {
    this.varint(field * 8 + 5);
    for (const byte of new Uint8Array(Float32Array.of(value).buffer)) this.byte(byte);
  }

  text(field: number, value: string): void {
    this.payload(field, utf8.encode(value));
  }

  payload(field: number, bytes: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(bytes.length);
    this.append(bytes);
  }

  message(field: number, message: ProtobufWriter): void {
    this.varint(field * 8 + 2);
    this.varint(message.length);
    message.settle();
    for (const chunk of message.chunks) this.append(chunk);
  }

  bytes(): Uint8Array {
    this.settle();
    const bytes = new Uint8Array(this.length);
    let offset = 0;
    for (const chunk of this.chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  }

  private byte(value: number): void {
    this.tail.push(value);
    this.length++;
  }

  private varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  private append(bytes: Uint8Array): void {
    if (bytes.length < 64) {
      for (const byte of bytes) this.tail.push(byte);
    } else {
      this.settle();
      this.chunks.push(bytes);
    }
    this.length += bytes.length;
  }

  private settle(): void {
    if (this.tail.length > 0) this.chunks.push(Uint8Array.from(this.tail));
    this.tail = [];
  }
}
