package dev.skep.agreement.fuzz;

/** One kind of campaign: inputs by number, each tried and compared. */
public interface Campaign extends AutoCloseable {

  /** What is counted, in the plural: {@code programs}. */
  String unit();

  /** Makes the input of this seed and tries it; a difference is stored and counted. */
  void run(long seed);

  /** Differences so far. */
  long differences();

  /** The last line of the output: all counts. */
  String summary();

  @Override
  void close();
}
