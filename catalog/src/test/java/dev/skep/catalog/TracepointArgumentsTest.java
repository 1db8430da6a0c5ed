package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One row a fact: what Linux 6.18 says about an argument of a tracepoint. */
class TracepointArgumentsTest {

  @ParameterizedTest
  @CsvSource({
    "kfree_skb, 0, false, false",
    "kfree_skb, 3, true, false",
    "tcp_send_reset, 0, true, false",
    "tcp_send_reset, 1, true, false",
    "sched_pi_setprio, 1, true, false",
    "sched_switch, 1, false, false",
    "cachefiles_lookup, 0, true, false",
    "cachefiles_lookup, 2, false, true",
    "no_such_tracepoint, 0, false, false"
  })
  void argument(String tracepoint, int index, boolean nullable, boolean error) {
    assertEquals(nullable, TracepointArguments.mayBeNull(tracepoint, index));
    assertEquals(error, TracepointArguments.mayBeError(tracepoint, index));
  }
}
