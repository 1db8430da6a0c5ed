package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an object is read for. libbpf finds these things out on the machine that it runs on; here
 * they are said.
 *
 * @param kernel the kernel whose features libbpf would adapt the object to
 * @param kernelVersionCode value of {@code LINUX_KERNEL_VERSION}: {@code major << 16 | minor << 8 |
 *     patch}
 * @param kernelBtf the kernel's types, for CO-RE, kfuncs, kernel variables and attach targets; null
 *     leaves those unresolved, with a warning
 * @param kernelConfig the kernel's configuration for {@code .kconfig} externs: {@code CONFIG_HZ} →
 *     {@code 250}, {@code CONFIG_BPF} → {@code y}, strings with their quotes
 * @param kernelSymbols addresses for {@code .ksyms} variables without a type, as in {@code
 *     /proc/kallsyms}
 * @param possibleCpus number of possible CPUs, the default size of perf event arrays
 * @param pageSize bytes in a page, which ring buffers are rounded up to
 */
public record ReadOptions(
    KernelVersion kernel,
    int kernelVersionCode,
    @Nullable Btf kernelBtf,
    Map<String, String> kernelConfig,
    Map<String, Long> kernelSymbols,
    int possibleCpus,
    int pageSize) {

  public ReadOptions {
    kernelConfig = Map.copyOf(kernelConfig);
    kernelSymbols = Map.copyOf(kernelSymbols);
  }

  /** For the newest kernel that skep describes, without its types. */
  public static ReadOptions defaults() {
    return forKernel(KernelVersion.NEWEST);
  }

  /** For a kernel without its types. */
  public static ReadOptions forKernel(KernelVersion kernel) {
    return builder(kernel).build();
  }

  /** For a kernel with its types. */
  public static ReadOptions forKernel(KernelVersion kernel, @Nullable Btf kernelBtf) {
    return builder(kernel).kernelBtf(kernelBtf).build();
  }

  /** These options with a kernel's types. */
  public ReadOptions withKernelBtf(@Nullable Btf btf) {
    return toBuilder().kernelBtf(btf).build();
  }

  /** These options with a kernel's configuration. */
  public ReadOptions withKernelConfig(Map<String, String> config) {
    return toBuilder().kernelConfig(config).build();
  }

  /** These options with kernel addresses. */
  public ReadOptions withKernelSymbols(Map<String, Long> symbols) {
    return toBuilder().kernelSymbols(symbols).build();
  }

  /** These options with the exact release, such as {@code 6.18.44}. */
  public ReadOptions withKernelVersionCode(int code) {
    return toBuilder().kernelVersionCode(code).build();
  }

  /** These options with a number of possible CPUs. */
  public ReadOptions withPossibleCpus(int cpus) {
    return toBuilder().possibleCpus(cpus).build();
  }

  /** For a kernel of which nothing else is known: this machine's processors, pages of 4 KiB. */
  public static Builder builder(KernelVersion kernel) {
    return new Builder(kernel);
  }

  /** A builder that holds what these options have. */
  public Builder toBuilder() {
    return new Builder(kernel)
        .kernelVersionCode(kernelVersionCode)
        .kernelBtf(kernelBtf)
        .kernelConfig(kernelConfig)
        .kernelSymbols(kernelSymbols)
        .possibleCpus(possibleCpus)
        .pageSize(pageSize);
  }

  /** Builds {@link ReadOptions}; each method sets the component of its name. */
  public static final class Builder {

    private final KernelVersion kernel;
    private int kernelVersionCode;
    private @Nullable Btf kernelBtf;
    private Map<String, String> kernelConfig = Map.of();
    private Map<String, Long> kernelSymbols = Map.of();
    private int possibleCpus = Runtime.getRuntime().availableProcessors();
    private int pageSize = 4096;

    private Builder(KernelVersion kernel) {
      this.kernel = kernel;
      this.kernelVersionCode = kernel.code();
    }

    /** The exact release; by default that of {@code kernel}. */
    public Builder kernelVersionCode(int value) {
      this.kernelVersionCode = value;
      return this;
    }

    /** The kernel's types; null by default. */
    public Builder kernelBtf(@Nullable Btf value) {
      this.kernelBtf = value;
      return this;
    }

    /** The kernel's configuration; empty by default. */
    public Builder kernelConfig(Map<String, String> value) {
      this.kernelConfig = value;
      return this;
    }

    /** Addresses of kernel variables without a type; empty by default. */
    public Builder kernelSymbols(Map<String, Long> value) {
      this.kernelSymbols = value;
      return this;
    }

    /** Number of possible CPUs; this machine's by default. */
    public Builder possibleCpus(int value) {
      this.possibleCpus = value;
      return this;
    }

    /** Bytes in a page; 4096 by default. */
    public Builder pageSize(int value) {
      this.pageSize = value;
      return this;
    }

    /** The options. */
    public ReadOptions build() {
      return new ReadOptions(
          kernel,
          kernelVersionCode,
          kernelBtf,
          kernelConfig,
          kernelSymbols,
          possibleCpus,
          pageSize);
    }
  }

  /**
   * The {@code max_entries} with which libbpf creates a map: ring buffers are rounded up to a power
   * of two of pages, and a perf event array without a size gets a slot for each possible CPU.
   *
   * @param declared what the definition says, 0 for nothing
   */
  public int loadedSize(MapType type, int declared) {
    if (type == MapType.RINGBUF || type == MapType.USER_RINGBUF) {
      return ringBuffer(declared, pageSize);
    }
    return type == MapType.PERF_EVENT_ARRAY && declared == 0 ? possibleCpus : declared;
  }

  /** A size above what 32 bits hold stays as it is, and the kernel refuses it. */
  private static int ringBuffer(int entries, int pageSize) {
    long size = Integer.toUnsignedLong(entries);
    if (size == 0 || size % pageSize == 0 && Long.bitCount(size / pageSize) == 1) {
      return entries;
    }
    for (long multiple = 1; multiple <= 0xffff_ffffL / pageSize; multiple <<= 1) {
      if (multiple * pageSize > size) {
        return (int) (multiple * pageSize);
      }
    }
    return entries;
  }
}
