package dev.skep.runtime.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.skep.catalog.HelperPrototype;
import dev.skep.runtime.HelperEntry;
import org.junit.jupiter.api.Test;

class HelpersTest {

  /** Every helper carries the number that Linux gives its name. */
  @Test
  void numbersAndNamesAreTheKernels() {
    for (HelperEntry entry : Helpers.standard().values()) {
      HelperPrototype known = dev.skep.catalog.Helpers.byId(entry.id());
      assertNotNull(known, entry.name());
      assertEquals(known.kernelName(), entry.name(), "helper " + entry.id());
    }
  }
}
