import * as v from 'valibot';

export interface AdversarialOptions {
  /**
   * What the discriminator looks at. 'vector' reads the flattened latent: it finds identity wherever it sits and in
   * whatever combination of places. 'map' gives logits per grid cell from its 5x5 neighbourhood: it has few weights and
   * stays trainable on wide grids. Defaults to 'vector'.
   */
  readonly network: 'vector' | 'map';
  /**
   * What the encoder is paid for. 'uniform': every identity equally probable, KL(uniform || p), 0 at perfect confusion.
   * 'reversal': a high cross-entropy of the discriminator, log N - CE (Ganin & Lempitsky 2015). 'toward': the latents of
   * all others look like those of one identity (DeepFaceLab's true face, one-sided). Defaults to 'uniform'.
   */
  readonly objective: 'uniform' | 'reversal' | 'toward';
  /** The identity that `objective: 'toward'` aims at, by its name in the config; for that objective only. */
  readonly toward?: string;
  /** Units (channels for 'map') of each hidden layer. Defaults to [128, 64] for 'vector' and [64, 64] for 'map'. */
  readonly hidden: readonly number[];
  /** Divides every kernel by its largest singular value (Miyato et al. 2018). Defaults to true. */
  readonly spectralNormalisation: boolean;
  /** Gamma of the R1 gradient penalty on the discriminator; 0 = off. Defaults to 0 (paper: 10 for pictures; Mescheder et al. 2018). */
  readonly r1: number;
  /** Learning rate of the discriminator's Adam. Defaults to 1e-3 (Miyato et al. 2018: 2e-4; Kingma & Ba 2015: 1e-3). */
  readonly learningRate: number;
  /** Decay of the discriminator's moments. Defaults to [0.5, 0.99] (Miyato et al. 2018: [0.5, 0.999] or [0, 0.9]). */
  readonly betas: readonly [number, number];
  /** Steps over which the encoder's term grows from 0 to its weight; 0 = full from the first step. Defaults to 200 (Ganin & Lempitsky: the whole run). */
  readonly warmup: number;
  /**
   * How it grows with the share p of the warm-up: 'linear' = p; 'sigmoid' = 2 / (1 + exp(-10 p)) - 1 (Ganin & Lempitsky
   * 2015, section 4.1). Defaults to 'sigmoid' for 'reversal', else to 'linear'.
   */
  readonly schedule: 'linear' | 'sigmoid';
  /**
   * Whether a referee measures `bits`: a two-layer classifier of 128 units on the standardised latent that learns beside
   * the discriminator and that the encoder never sees. Without it `bits` are the discriminator's. Defaults to true.
   */
  readonly referee: boolean;
  /** Updates of the discriminator per step of the model, each on that step's latents. Defaults to 1 (Miyato et al. 2018: 5). */
  readonly updatesPerStep: number;
}

declare module '@fsae/core' {
  interface LossOptions {
    adversarial: AdversarialOptions;
  }
}

const count = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least));
const decay = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

export const options = v.pipe(
  v.strictObject({
    network: v.optional(v.picklist(['vector', 'map']), 'vector'),
    objective: v.optional(v.picklist(['uniform', 'reversal', 'toward']), 'uniform'),
    toward: v.optional(v.string()),
    hidden: v.optional(v.pipe(v.array(count(1)), v.minLength(1))),
    spectralNormalisation: v.optional(v.boolean(), true),
    r1: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    learningRate: v.optional(v.pipe(v.number(), v.gtValue(0)), 1e-3),
    betas: v.optional(v.strictTuple([decay, decay]), [0.5, 0.99]),
    warmup: v.optional(count(0), 200),
    schedule: v.optional(v.picklist(['linear', 'sigmoid'])),
    referee: v.optional(v.boolean(), true),
    updatesPerStep: v.optional(count(1), 1),
  }),
  v.forward(
    v.partialCheck(
      [['objective'], ['toward']],
      ({ objective, toward }) => (objective === 'toward') === (toward !== undefined),
      ({ input }) =>
        input.toward === undefined
          ? "Expected the name of an identity, because the objective is 'toward'. Received undefined"
          : `Expected nothing, because the objective is '${input.objective}'. Received "${input.toward}"`,
    ),
    ['toward'],
  ),
  // Defaults that depend on another option are written out, so that the saved config says what was used.
  v.transform(
    ({ toward, ...given }): AdversarialOptions => ({
      ...given,
      ...(toward === undefined ? {} : { toward }),
      hidden: given.hidden ?? (given.network === 'vector' ? [128, 64] : [64, 64]),
      schedule: given.schedule ?? (given.objective === 'reversal' ? 'sigmoid' : 'linear'),
    }),
  ),
);
