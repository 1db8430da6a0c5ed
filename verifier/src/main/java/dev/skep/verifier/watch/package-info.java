/**
 * The points of the walk where it is told what happens, and who listens there.
 *
 * <p>The walk and the rules call a {@link dev.skep.verifier.watch.Watcher} with the state at hand,
 * which is mutable and good for the time of the call. Two listen: {@link
 * dev.skep.verifier.watch.LogWatcher} prints what the kernel would, {@link
 * dev.skep.verifier.watch.EventWatcher} makes immutable values of it for an {@link
 * dev.skep.verifier.observe.Observer}. With neither there is {@link
 * dev.skep.verifier.watch.Watcher#NONE}, which the walk asks for nothing.
 *
 * <p>What rules say in passing ("func 'f' arg0 has btf_id 7") goes into the log directly: it is no
 * step of the walk.
 */
@NullMarked
package dev.skep.verifier.watch;

import org.jspecify.annotations.NullMarked;
