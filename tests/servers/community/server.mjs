// Serves one in-memory PostgreSQL with TimescaleDB Community on a loopback port: one connection at a time, no COPY FROM.
import { PGlite } from "@electric-sql/pglite";
import { timescaledb } from "@electric-sql/pglite/timescaledb";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

const db = await PGlite.create({ extensions: { timescaledb } });
await new PGLiteSocketServer({ db, host: "127.0.0.1", port: Number(process.argv[2]) }).start();
console.log("ready");
process.stdin.resume();
process.stdin.on("end", () => process.exit(0)); // ends with the test run that started it
