package dev.skep.kernel;

/** Names as the kernel takes them: letters, digits, {@code _} and {@code .}, at most 15. */
final class Names {

  private static final int MAXIMUM = 15;

  private Names() {}

  /** A name the kernel takes: other characters become underscores, what is too long is cut. */
  static String kernelName(String name) {
    var out = new StringBuilder();
    for (int i = 0; i < name.length() && i < MAXIMUM; i++) {
      char c = name.charAt(i);
      boolean allowed =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '_'
              || c == '.';
      out.append(allowed ? c : '_');
    }
    return out.toString();
  }
}
