package dev.skep.agreement.corpus;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The zip beside a corpus: what is too large for a line. May be read by several threads. */
public final class CorpusArchive implements AutoCloseable {

  private final String name;
  private final @Nullable ZipFile zip;
  private final Map<String, Btf> types = new ConcurrentHashMap<>();

  private CorpusArchive(String name, @Nullable ZipFile zip) {
    this.name = name;
    this.zip = zip;
  }

  /** The archive of a corpus {@code x.jsonl}: {@code x.zip}, which may be missing. */
  public static CorpusArchive beside(Path corpus) throws IOException {
    String file = String.valueOf(corpus.getFileName());
    int dot = file.lastIndexOf('.');
    String zipName = (dot < 0 ? file : file.substring(0, dot)) + ".zip";
    Path path = corpus.resolveSibling(zipName);
    return new CorpusArchive(
        path.toString(), Files.exists(path) ? new ZipFile(path.toFile()) : null);
  }

  public boolean contains(String entry) {
    return zip != null && zip.getEntry(entry) != null;
  }

  public byte[] bytes(String entry) {
    ZipFile open = zip;
    if (open == null) {
      throw new IllegalArgumentException(
          "it needs " + entry + " of the archive " + name + ", which does not exist");
    }
    ZipEntry found = open.getEntry(entry);
    if (found == null) {
      throw new IllegalArgumentException("the archive " + name + " has no entry " + entry);
    }
    try (var in = open.getInputStream(found)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String text(String entry) {
    return new String(bytes(entry), StandardCharsets.UTF_8);
  }

  /** Types of an entry, read once. */
  public Btf btf(String entry) {
    return types.computeIfAbsent(entry, e -> BtfReader.read(bytes(e)));
  }

  @Override
  public void close() throws IOException {
    if (zip != null) {
      zip.close();
    }
  }
}
