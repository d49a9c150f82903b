import { Demo, placesFrom, SERVERS } from "./demo.ts";
import { SettingError, type Settings, settingsFrom } from "./environment.ts";
import { portsTaken, welcome, whyNotStarted } from "./messages.ts";
import { freePort, takenPlaces } from "./ports.ts";

const PATIENCE_MS = 2_000;

/** Says why the demo cannot start, and ends. */
function giveUp(why: string): never {
  console.error(why);
  process.exit(1);
}

function readSettings(): Settings {
  try {
    return settingsFrom(process.env, SERVERS);
  } catch (error) {
    if (error instanceof SettingError) giveUp(error.message);
    throw error;
  }
}

const settings = readSettings();
const places = placesFrom(settings.port);

async function giveUpIfTaken(): Promise<void> {
  const taken = await takenPlaces(places);
  if (taken.length > 0)
    giveUp(portsTaken(taken, await freePort(roundedUp(settings.port), SERVERS)));
}

function roundedUp(port: number): number {
  return Math.floor(port / 1_000 + 1) * 1_000;
}

await giveUpIfTaken();
const demo = new Demo();
try {
  await demo.start(settings);
} catch (error) {
  const why = whyNotStarted(error, places);
  if (why === undefined) throw error;
  giveUp(why);
}
console.log(welcome(places, settings, demo.swept));

let isStopping = false;

async function stop(): Promise<void> {
  if (isStopping) return demo.hurry();
  isStopping = true;
  setTimeout(() => demo.hurry(), PATIENCE_MS).unref();
  await demo.close();
  console.log("\n  Closed. Everybody is still logged in when you start again.");
  process.exit(0);
}

process.on("SIGINT", stop);
process.on("SIGTERM", stop);
