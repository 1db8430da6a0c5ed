/** What skep's own tests need of the machine, and what becomes of them where it is missing. */
@org.jspecify.annotations.NullMarked
package dev.skep.test;
