package dev.skep.report.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JsonTest {

  @Property(tries = 300)
  void anotherReaderReadsTheSame(
      @ForAll Map<String, List<String>> lists, @ForAll long number, @ForAll boolean truth)
      throws JsonProcessingException {
    var value = Map.of("lists", lists, "number", number, "truth", truth);
    assertEquals(
        new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(value)),
        new ObjectMapper().readTree(Json.pretty(value)));
  }
}
