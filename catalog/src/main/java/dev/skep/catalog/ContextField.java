package dev.skep.catalog;

/**
 * A field of a context as the UAPI header declares it.
 *
 * @param offset bytes from the context's start
 * @param size bytes up to the next field, so with padding
 * @param name the C name
 */
public record ContextField(int offset, int size, String name) {}
