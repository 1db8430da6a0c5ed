/**
 * Memory of programs as Java values, by BTF: map elements as records, variables, events.
 *
 * <pre>{@code
 * record Flow(int source, int destination) {}
 * record Count(long packets, long bytes) {}
 *
 * Map<Flow, Count> flows = TypedMap.of(machine.map("flows").orElseThrow(), Flow.class, Count.class);
 * }</pre>
 */
@NullMarked
package dev.skep.runtime.typed;

import org.jspecify.annotations.NullMarked;
