import { readdirSync, readFileSync } from "node:fs";

/** What the system knows of processes, by `/proc`: on Linux. Elsewhere it is not told, and what needs it is left out. */

/** The kernel counts processor time in these, for every program (`getconf CLK_TCK`). */
const TICKS_A_SECOND = 100;
const KIB = 1024;

/** A process's `stat` after its name, which may hold spaces: proc(5), from the third field on. */
function statOf(pid: number): { name: string; fields: string[] } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [open, close] = [stat.indexOf("("), stat.lastIndexOf(")")];
    return { name: stat.slice(open + 1, close), fields: stat.slice(close + 2).split(" ") };
  } catch {
    return null;
  }
}

/** Our own children of this name, by id. */
export function childrenCalled(name: string): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => {
        const stat = Number.isInteger(pid) ? statOf(pid) : null;
        return stat?.name === name && Number(stat.fields[1]) === process.pid;
      });
  } catch {
    return [];
  }
}

/** Processor time that a process spent so far, s; NaN where it cannot be told. */
export function processorSeconds(pid: number | null | undefined): number {
  const fields = pid ? statOf(pid)?.fields : undefined;
  return (Number(fields?.[11]) + Number(fields?.[12])) / TICKS_A_SECOND;
}

/** Memory that a process holds, bytes; NaN where it cannot be told. */
export function memoryBytes(pid: number | null): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kib) * KIB;
  } catch {
    return Number.NaN;
  }
}
