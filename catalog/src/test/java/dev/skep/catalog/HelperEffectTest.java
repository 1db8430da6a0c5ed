package dev.skep.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What helpers do beyond their prototypes, and the constants of their numbers. */
class HelperEffectTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "ACQUIRES ! sk_lookup_tcp sk_lookup_udp skc_lookup_tcp ringbuf_reserve kptr_xchg",
        "CASTS ! sk_fullsock tcp_sock skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock"
            + " skc_to_tcp_request_sock skc_to_udp6_sock skc_to_unix_sock skc_to_mptcp_sock",
        "WRITES_MAP ! map_update_elem map_delete_elem map_push_elem map_pop_elem",
        "CALLS_BACK ! for_each_map_elem find_vma loop user_ringbuf_drain",
        "SETS_CALLBACK ! timer_set_callback",
        "MOVES_PACKET ! skb_store_bytes l3_csum_replace l4_csum_replace tail_call clone_redirect"
            + " skb_vlan_push skb_vlan_pop skb_change_proto skb_change_tail skb_pull_data"
            + " skb_change_head xdp_adjust_head skb_adjust_room xdp_adjust_meta msg_pull_data"
            + " xdp_adjust_tail lwt_push_encap lwt_seg6_store_bytes lwt_seg6_adjust_srh"
            + " lwt_seg6_action msg_push_data msg_pop_data store_hdr_opt",
      })
  void helpersWithAnEffect(HelperEffect effect, String names) {
    List<String> having =
        IntStream.rangeClosed(1, Helpers.LAST_ID)
            .filter(id -> Helpers.has(id, effect))
            .mapToObj(Helpers::nameOf)
            .sorted()
            .toList();
    assertEquals(Arrays.stream(names.strip().split(" ")).sorted().toList(), having);
  }

  @Test
  void numbersThatAreNoHelpersHaveNone() {
    for (HelperEffect effect : HelperEffect.values()) {
      for (int id : new int[] {Integer.MIN_VALUE, -1, 0, Helpers.LAST_ID + 1, Integer.MAX_VALUE}) {
        assertFalse(Helpers.has(id, effect));
      }
    }
  }

  @Test
  void theConstantsAreTheKernelsNumbers() throws IllegalAccessException {
    Field[] constants = HelperId.class.getFields();
    assertTrue(constants.length > 20);
    for (Field constant : constants) {
      assertEquals(
          constant.getName().toLowerCase(Locale.ROOT), Helpers.nameOf(constant.getInt(null)));
    }
    assertEquals(211, Helpers.LAST_ID);
  }
}
