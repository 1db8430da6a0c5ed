/** What Linux offers, by version: program types, contexts, map types, helpers, kfuncs, limits. */
@NullMarked
package dev.skep.catalog;

import org.jspecify.annotations.NullMarked;
