/** The log takes no writes: its disk is full, say, or a restore is under way. Nothing was written. */
export class LogNotWritable extends Error {
  override readonly name = "LogNotWritable";
}

/** Writing failed and so did taking it back: the events may be on the disk or not. */
export class WriteOutcomeUnknown extends Error {
  override readonly name = "WriteOutcomeUnknown";
}

/** What stands in the data folder is not a log that this program can go on with. It needs a person. */
export class LogDamaged extends Error {
  override readonly name = "LogDamaged";
}

/** A reader asked for a position at which no event of this log stands. */
export class NoSuchPosition extends Error {
  override readonly name = "NoSuchPosition";
}
