#!/usr/bin/env bash
# Makes a certificate for trying C2PA: an authority of your own and a signer below it. No reader trusts it.
# Usage: scripts/certificate.sh DIR [es256 | es384 | es512 | ed25519 | ps256] [DAYS]
set -euo pipefail
dir=$1
kind=${2:-es256}
days=${3:-30}
case $kind in
  es256) key=(-algorithm EC -pkeyopt ec_paramgen_curve:P-256) ;;
  es384) key=(-algorithm EC -pkeyopt ec_paramgen_curve:P-384) ;;
  es512) key=(-algorithm EC -pkeyopt ec_paramgen_curve:P-521) ;;
  ed25519) key=(-algorithm ED25519) ;;
  ps256) key=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048) ;;
  *) echo "unknown kind of key: $kind" >&2; exit 2 ;;
esac
mkdir -p "$dir"
cd "$dir"
subject='/C=XX/O=fsae trial/CN'
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out authority.key 2>/dev/null
openssl req -x509 -new -key authority.key -subj "$subject=authority" -days "$days" -out authority.pem \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl genpkey "${key[@]}" -out signer.key 2>/dev/null
printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature \
  extendedKeyUsage=emailProtection subjectKeyIdentifier=hash authorityKeyIdentifier=keyid > signer.ext
openssl req -new -key signer.key -subj "$subject=signer" -out signer.csr 2>/dev/null
openssl x509 -req -in signer.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days "$days" \
  -extfile signer.ext -out signer.pem 2>/dev/null
cat signer.pem authority.pem > chain.pem
rm signer.csr signer.ext
echo "certificate: $dir/chain.pem"
echo "key:         $dir/signer.key"
