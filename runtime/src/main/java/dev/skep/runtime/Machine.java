package dev.skep.runtime;

import dev.skep.object.MapSpec;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.MapHost;
import dev.skep.runtime.map.Maps;
import dev.skep.runtime.memory.AddressSpace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One virtual kernel: address space, maps, helpers, processors, time, random numbers and tasks.
 *
 * <p>Deterministic by default: the same seed and the same calls give the same run. Maps belong to
 * the machine and are shared by name between the programs that are prepared on it.
 */
public final class Machine implements MapHost {

  /** The sets of helpers that are there, looked for once. */
  private static final List<HelperSet> STANDARD =
      ServiceLoader.load(HelperSet.class, HelperSet.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private final AddressSpace memory;
  private final Clock clock;
  private final long seed;
  private final long budget;
  private final boolean indirectCalls;
  private final Map<Integer, HelperEntry> helpers;
  private final Map<String, Helper> kfuncs;
  private final Map<String, Long> symbols;
  private final Cpu[] cpus;
  private final Map<String, BpfMap> maps = new LinkedHashMap<>();
  private final Map<String, MapSpec> requested = new LinkedHashMap<>();
  private final List<String> trace = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger ids = new AtomicInteger();
  private volatile Task task;
  private final Environment environment;
  private final Timers timers;
  private final KernelObjects objects = new KernelObjects(this);

  private Machine(Builder builder) {
    memory = new AddressSpace(builder.memoryLimit);
    clock = builder.clock;
    seed = builder.seed;
    budget = builder.budget;
    task = builder.task;
    environment = builder.environment;
    timers = new Timers(this);
    indirectCalls = builder.indirectCalls;
    helpers = new LinkedHashMap<>();
    kfuncs = new LinkedHashMap<>();
    for (HelperSet set : STANDARD) {
      helpers.putAll(set.helpers());
      kfuncs.putAll(set.kfuncs());
    }
    helpers.putAll(builder.helpers);
    kfuncs.putAll(builder.kfuncs);
    symbols = Map.copyOf(builder.symbols);
    cpus = new Cpu[builder.cpus];
    for (int i = 0; i < cpus.length; i++) {
      cpus[i] = new Cpu(this, i);
    }
  }

  /** A machine with all defaults. */
  public static Machine create() {
    return builder().build();
  }

  /** Starts describing a machine. */
  public static Builder builder() {
    return new Builder();
  }

  /** The shared memory. */
  @Override
  public AddressSpace memory() {
    return memory;
  }

  /** The time. */
  public Clock clock() {
    return clock;
  }

  /** Number of processors. */
  @Override
  public int cpuCount() {
    return cpus.length;
  }

  /** A processor; use each from one thread at a time. */
  public Cpu cpu(int number) {
    return cpus[number];
  }

  /** Where random numbers start. */
  @Override
  public long seed() {
    return seed;
  }

  /** Most instructions per run. */
  public long budget() {
    return budget;
  }

  /** Whether {@code callx} calls the helper whose number the register holds; Linux refuses it. */
  public boolean indirectCalls() {
    return indirectCalls;
  }

  /** The task that runs. */
  public Task task() {
    return task;
  }

  /** Stacks, routes, sockets and cgroups. */
  public Environment environment() {
    return environment;
  }

  /** Timers that programs started. */
  public Timers timers() {
    return timers;
  }

  /** Memory that programs allocated with {@code bpf_obj_new}. */
  public KernelObjects objects() {
    return objects;
  }

  /**
   * Lets virtual time pass and runs what timers are due meanwhile on processor 0, each at its own
   * moment.
   *
   * @return how many callbacks ran
   * @throws IllegalStateException if the machine's clock is not virtual
   * @throws Trap.Signal if a callback traps
   */
  public int advance(long nanos) {
    if (!(clock instanceof Clock.Virtual virtual)) {
      throw new IllegalStateException("only virtual time can be moved");
    }
    return timers.advance(virtual, nanos);
  }

  /** Switches to another task. */
  public void task(Task next) {
    task = next;
  }

  /** The helper of a number, or null if this machine does not have it. */
  public @Nullable HelperEntry helper(int id) {
    return helpers.get(id);
  }

  /** The kernel function of a name, or null if this machine does not have it. */
  public @Nullable Helper kfunc(String name) {
    return kfuncs.get(name);
  }

  /** The address of a kernel variable, or null if this machine does not have it. */
  public @Nullable Long symbol(String name) {
    return symbols.get(name);
  }

  /** A number for a new map or program. */
  @Override
  public int newId() {
    return ids.incrementAndGet();
  }

  @Override
  public void cancelAndFree(long address) {
    timers.drop(address);
  }

  /** The map of a spec: the one of that name that is there already, or a new one. */
  public BpfMap map(MapSpec spec) {
    synchronized (maps) {
      BpfMap there = maps.get(spec.name());
      if (there != null) {
        // A map may be kept in another shape than was asked for: compare what was asked for.
        MapSpec before = requested.getOrDefault(spec.name(), spec);
        if (before.type() != spec.type()
            || before.keySize() != spec.keySize()
            || before.valueSize() != spec.valueSize()
            || before.maxEntries() != spec.maxEntries()) {
          throw new IllegalArgumentException(
              "a map '%s' of another type or size is on this machine already"
                  .formatted(spec.name()));
        }
        return there;
      }
      BpfMap map = Maps.create(this, spec);
      maps.put(spec.name(), map);
      requested.put(spec.name(), spec);
      return map;
    }
  }

  /** The map of a name. */
  public Optional<BpfMap> map(String name) {
    synchronized (maps) {
      return Optional.ofNullable(maps.get(name));
    }
  }

  /** All maps, in the order of creation. */
  public Collection<BpfMap> maps() {
    synchronized (maps) {
      return List.copyOf(maps.values());
    }
  }

  /** What programs printed with {@code bpf_trace_printk}, oldest first. */
  public List<String> trace() {
    synchronized (trace) {
      return List.copyOf(trace);
    }
  }

  /** Records a line of {@code bpf_trace_printk}; the first {@value #MAX_TRACE} are kept. */
  public void trace(String line) {
    if (trace.size() < MAX_TRACE) {
      trace.add(line);
    }
  }

  private static final int MAX_TRACE = 10_000;

  /** Describes a machine. */
  public static final class Builder {
    private int cpus = 2;
    private long seed = 0x5ee9;
    private long budget = 1_000_000_000L;
    private long memoryLimit = 1L << 30;
    private Clock clock = Clock.virtual();
    private Task task = Task.DEFAULT;
    private boolean indirectCalls;
    private Environment environment = Environment.DEFAULT;
    private final Map<Integer, HelperEntry> helpers = new LinkedHashMap<>();
    private final Map<String, Helper> kfuncs = new LinkedHashMap<>();
    private final Map<String, Long> symbols = new LinkedHashMap<>();

    private Builder() {}

    /** Number of processors, 2 by default. */
    public Builder cpus(int count) {
      if (count < 1 || count > 4096) {
        throw new IllegalArgumentException("1 to 4096 processors, not " + count);
      }
      cpus = count;
      return this;
    }

    /** Where random numbers start. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Most instructions per run, 10<sup>9</sup> by default. */
    public Builder budget(long instructions) {
      budget = instructions;
      return this;
    }

    /** Most bytes that maps may take together, 1 GiB by default. */
    public Builder memoryLimit(long bytes) {
      memoryLimit = bytes;
      return this;
    }

    /** The time; virtual by default. */
    public Builder clock(Clock source) {
      clock = source;
      return this;
    }

    /** The task that runs. */
    public Builder task(Task current) {
      task = current;
      return this;
    }

    /** Stacks, routes, sockets and cgroups. */
    public Builder environment(Environment provider) {
      environment = provider;
      return this;
    }

    /** Makes {@code callx} call the helper whose number the register holds. */
    public Builder indirectCalls(boolean allowed) {
      indirectCalls = allowed;
      return this;
    }

    /** Adds or replaces a helper. */
    public Builder helper(int id, String name, Helper helper) {
      helpers.put(id, new HelperEntry(id, name, helper));
      return this;
    }

    /** Adds or replaces a kernel function. */
    public Builder kfunc(String name, Helper function) {
      kfuncs.put(name, function);
      return this;
    }

    /** Gives a kernel variable an address. */
    public Builder symbol(String name, long address) {
      symbols.put(name, address);
      return this;
    }

    /** The machine. */
    public Machine build() {
      return new Machine(this);
    }
  }
}
