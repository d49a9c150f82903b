const first = Number(process.env.PORT ?? 4000);

export interface Address {
  readonly port: number;
  readonly url: string;
}

/** All on one computer: three ports of localhost, which in production are three hosts by https. */
export const addresses = { provider: at(first), shop: at(first + 1), desk: at(first + 2) };

function at(port: number): Address {
  return { port, url: `http://localhost:${port}` };
}
