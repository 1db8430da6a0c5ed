package dev.skep.cli;

import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.CatalogNames;
import dev.skep.btf.Btf;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.ReadOptions;
import dev.skep.object.reader.ObjectReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the table of rules. In C a tag of the program says what Linux says to it ({@code
 * SAYS("…")}), in assembly the comment above it ({@code # says: …}): {@code accepted}, or the last
 * message of the log.
 */
record RuleFile(Path path) {

  static final String ACCEPTED = "accepted";

  private static final String TAG = "says:";

  private static final Pattern COMMENT =
      Pattern.compile("(?m)^# says: (.*)\\R\\.program +([\\w.]+)");

  private static final Pattern PROGRAM = Pattern.compile("(?m)^\\.program ");

  static List<RuleFile> all() throws IOException {
    Path folder;
    try {
      folder = Path.of(Objects.requireNonNull(RuleFile.class.getResource("/rules")).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".bpf.o") || file.toString().endsWith(".s"))
          .sorted()
          .map(RuleFile::new)
          .toList();
    }
  }

  String name() {
    return path.getFileName().toString();
  }

  /** Whether its programs name functions and structures of the kernel. */
  boolean needsKernelTypes() {
    return name().endsWith(".o");
  }

  BpfObject read(ReadOptions options) throws IOException {
    if (needsKernelTypes()) {
      return ObjectReader.read(path, options).orElseThrow();
    }
    var assembled =
        Assembler.assemble(
            Files.readAllBytes(path), name(), AssemblyOptions.defaults(CatalogNames.INSTANCE));
    return Objects.requireNonNull(assembled.object(), assembled.diagnostics()::toString);
  }

  /** What Linux says, by the program's name. A program without it is a mistake in the table. */
  Map<String, String> says(BpfObject object) throws IOException {
    var says = new HashMap<String, String>();
    if (needsKernelTypes()) {
      for (ProgramSpec program : object.programs()) {
        says.put(program.name(), tagged(program));
      }
      return says;
    }
    String text = Files.readString(path, StandardCharsets.UTF_8);
    var rows = COMMENT.matcher(text);
    while (rows.find()) {
      says.put(rows.group(2), rows.group(1).strip());
    }
    if (PROGRAM.matcher(text).results().count() != says.size()) {
      throw new IOException(name() + ": a program without '# says:' above it, or two of one name");
    }
    return says;
  }

  private static String tagged(ProgramSpec program) throws IOException {
    @Nullable Btf btf = program.btf();
    if (btf != null && !program.functions().isEmpty()) {
      for (String tag : btf.declTags(program.functions().getFirst().typeId(), -1)) {
        if (tag.startsWith(TAG)) {
          return tag.substring(TAG.length()).strip();
        }
      }
    }
    throw new IOException(program.name() + ": no tag SAYS(\"…\")");
  }
}
