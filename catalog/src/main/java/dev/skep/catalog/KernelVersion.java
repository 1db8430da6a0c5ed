package dev.skep.catalog;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Linux release such as 6.12, or one of its point releases such as 6.12.117.
 *
 * @param major the first number
 * @param minor the second number
 * @param point the number of the stable release; empty for the series as a whole
 * @param variant what makes it another kernel than the release of these numbers: a vendor's mark
 *     such as {@code el9}, whose kernels have what later releases brought, or that of a candidate,
 *     such as {@code rc3}; empty for a release of Linux
 */
public record KernelVersion(int major, int minor, OptionalInt point, String variant)
    implements Comparable<KernelVersion> {

  /** The newest series that the catalog's tables describe. */
  public static final KernelVersion NEWEST = new KernelVersion(6, 18);

  private static final Pattern TEXT =
      Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?([-.+~][-\\w.+~]*)?");

  /** Debian and Ubuntu number their builds, 6.1.0-50, and leave the point release unsaid. */
  private static final Pattern BUILD_NUMBER = Pattern.compile("-\\d+(?:[-.+~].*)?");

  /** Red Hat and its like (el9, el8uek), openEuler (oe2203), SUSE's enterprise kernels. */
  private static final Pattern VARIANT =
      Pattern.compile("[-.+~_](rc\\d+|el\\d+|oe\\d+)|-(1[56]\\d{4})\\.");

  /** A series: from its first release on. */
  public KernelVersion(int major, int minor) {
    this(major, minor, OptionalInt.empty(), "");
  }

  /** A point release. */
  public KernelVersion(int major, int minor, int point) {
    this(major, minor, OptionalInt.of(point), "");
  }

  /**
   * Reads {@code 6.12}, {@code v6.12}, {@code 6.12.117} or what {@code uname -r} prints, {@code
   * 6.12.117-cloud-amd64}. The 0 of {@code 6.1.0-50-cloud-amd64} is no point release: such builds
   * are numbered, and say theirs elsewhere.
   *
   * @throws IllegalArgumentException if the text is no version
   */
  public static KernelVersion parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no kernel version; write it like 6.12");
    }
    String rest = parts.group(4) == null ? "" : parts.group(4);
    String third = parts.group(3);
    boolean unsaid = third == null || third.equals("0") && BUILD_NUMBER.matcher(rest).matches();
    Matcher variant = VARIANT.matcher(rest);
    String mark = "";
    if (variant.find()) {
      mark = variant.group(1) != null ? variant.group(1) : "sle" + variant.group(2);
    }
    return new KernelVersion(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        unsaid ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(third)),
        mark);
  }

  /** Whether this release has what came with {@code other}. */
  public boolean isAtLeast(KernelVersion other) {
    return compareTo(other) >= 0;
  }

  /** Whether this release has what came with the given one. */
  public boolean isAtLeast(int major, int minor) {
    return this.major > major || this.major == major && this.minor >= minor;
  }

  /** The series that a point release belongs to: 6.12 for 6.12.117. */
  public KernelVersion series() {
    return point.isEmpty() && variant.isEmpty() ? this : new KernelVersion(major, minor);
  }

  /** {@code LINUX_VERSION_CODE}: what programs see as {@code LINUX_KERNEL_VERSION}. */
  public int code() {
    return major << 16 | minor << 8 | Math.min(255, point.orElse(0));
  }

  /** By number; a series comes before its point releases. */
  @Override
  public int compareTo(KernelVersion other) {
    int order = Integer.compare(major, other.major);
    if (order == 0) {
      order = Integer.compare(minor, other.minor);
    }
    if (order == 0) {
      order = Integer.compare(point.orElse(-1), other.point.orElse(-1));
    }
    return order == 0 ? variant.compareTo(other.variant) : order;
  }

  @Override
  public String toString() {
    String text = major + "." + minor;
    if (point.isPresent()) {
      text += "." + point.getAsInt();
    }
    return variant.isEmpty() ? text : text + "-" + variant;
  }
}
