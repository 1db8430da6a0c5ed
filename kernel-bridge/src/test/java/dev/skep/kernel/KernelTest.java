package dev.skep.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class that talks to the real kernel. Without one it is skipped with the reason, or fails
 * if {@code SKEP_REQUIRE_KERNEL=1}; and each test must give back the descriptors it opened.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(KernelExtension.class)
public @interface KernelTest {}
