package dev.skep.catalog;

/** A Linux release such as 6.12, as far as features are told apart. */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

  /** The newest release that skep describes. */
  public static final KernelVersion NEWEST = new KernelVersion(6, 18);

  /**
   * Reads {@code 6.12}, {@code v6.12} or {@code 6.12.117-cloud}; what follows the minor number is
   * ignored.
   *
   * @throws IllegalArgumentException if the text does not start with two numbers
   */
  public static KernelVersion parse(String text) {
    var matcher =
        java.util.regex.Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(?:[-.+~][-\\w.+~]*)?")
            .matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no kernel version; write it like 6.12");
    }
    return new KernelVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether this release has what came with {@code other}. */
  public boolean isAtLeast(KernelVersion other) {
    return compareTo(other) >= 0;
  }

  /** Whether this release has what came with the given one. */
  public boolean isAtLeast(int major, int minor) {
    return this.major > major || this.major == major && this.minor >= minor;
  }

  @Override
  public int compareTo(KernelVersion other) {
    int byMajor = Integer.compare(major, other.major);
    return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
