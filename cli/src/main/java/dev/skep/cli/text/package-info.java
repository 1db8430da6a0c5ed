/** How commands speak: tables, JSON, log comparison. */
@NullMarked
package dev.skep.cli.text;

import org.jspecify.annotations.NullMarked;
