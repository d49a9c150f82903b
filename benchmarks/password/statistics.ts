/** Whether two samples of times come from one source, asked in three ways. */
export interface Comparison {
  readonly medians: readonly [number, number];
  /** The second median less the first, with its 99 % bootstrap interval. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** Welch's t of what is below the 95th percentile of both. */
  readonly t: number;
  /** Mann-Whitney: the chance that one of the second takes longer than one of the first, 0.5 for equals, and how far chance takes it. */
  readonly auc: number;
  readonly aucNoise: number;
  /** How often the best threshold on the time guesses right, found on one half of the measurements and tried on the other. */
  readonly accuracy: number;
  readonly accuracyNoise: number;
  readonly apart: boolean;
}

const RESAMPLES = 1000;
/** dudect's threshold for Welch's t. */
const MOST_T = 4.5;
/** The same for the others: with some ten comparisons, chance alone says "apart" in one run of ten thousand. */
const SURE = 4.5;

export function compare(first: readonly number[], second: readonly number[]): Comparison {
  const t = welch(...cropped(first, second));
  const auc = aucOf(first, second);
  const [n, m] = [first.length, second.length];
  const aucNoise = SURE * Math.sqrt((n + m + 1) / (12 * n * m));
  const accuracy = classify(first, second);
  const accuracyNoise = (SURE * 0.5) / Math.sqrt((n + m) / 2);
  const medians = [median(first), median(second)] as const;
  return {
    medians,
    difference: medians[1] - medians[0],
    interval: bootstrap(first, second),
    t,
    auc,
    aucNoise,
    accuracy,
    accuracyNoise,
    apart: Math.abs(t) > MOST_T || Math.abs(auc - 0.5) > aucNoise || accuracy - 0.5 > accuracyNoise,
  };
}

export function quantile(numbers: readonly number[], at: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))] as number;
}

function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** What the machine did in between is no information, and it hides what is. */
function cropped(first: readonly number[], second: readonly number[]): [number[], number[]] {
  const limit = quantile([...first, ...second], 0.95);
  const below = (numbers: readonly number[]) => numbers.filter((it) => it <= limit);
  return [below(first), below(second)];
}

function welch(first: readonly number[], second: readonly number[]): number {
  const [one, other] = [moments(first), moments(second)];
  return (other.mean - one.mean) / Math.sqrt(one.variance / one.n + other.variance / other.n);
}

function moments(numbers: readonly number[]) {
  const n = numbers.length;
  const mean = numbers.reduce((sum, it) => sum + it, 0) / n;
  const variance = numbers.reduce((sum, it) => sum + (it - mean) ** 2, 0) / (n - 1);
  return { n, mean, variance };
}

/** By ranks; equal times share theirs. */
function aucOf(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((time) => ({ time, mine: 0 })),
    ...second.map((time) => ({ time, mine: 1 })),
  ];
  all.sort((a, b) => a.time - b.time);
  let ranks = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    let mine = 0;
    while (end < all.length && all[end]?.time === all[start]?.time) mine += all[end++]?.mine ?? 0;
    ranks += (mine * (start + 1 + end)) / 2;
    start = end;
  }
  const m = second.length;
  return (ranks - (m * (m + 1)) / 2) / (first.length * m);
}

function classify(first: readonly number[], second: readonly number[]): number {
  const half = (numbers: readonly number[], odd: number) => numbers.filter((_, i) => i % 2 === odd);
  const [a, b] = [half(first, 0), half(second, 0)];
  let best = { threshold: 0, above: true, score: 0 };
  for (let i = 1; i < 100; i++) {
    const threshold = quantile([...a, ...b], i / 100);
    for (const above of [true, false]) {
      const score = scoreOf(a, b, threshold, above);
      if (score > best.score) best = { threshold, above, score };
    }
  }
  return scoreOf(half(first, 1), half(second, 1), best.threshold, best.above);
}

/** The share that is guessed right by "the second kind is above (or below) the threshold". */
function scoreOf(
  first: readonly number[],
  second: readonly number[],
  threshold: number,
  above: boolean,
): number {
  const right =
    first.filter((it) => it > threshold !== above).length +
    second.filter((it) => it > threshold === above).length;
  return right / (first.length + second.length);
}

function bootstrap(first: readonly number[], second: readonly number[]): [number, number] {
  const differences = Array.from(
    { length: RESAMPLES },
    () => median(resample(second)) - median(resample(first)),
  );
  return [quantile(differences, 0.005), quantile(differences, 0.995)];
}

function resample(numbers: readonly number[]): number[] {
  return numbers.map(() => numbers[Math.floor(Math.random() * numbers.length)] as number);
}
