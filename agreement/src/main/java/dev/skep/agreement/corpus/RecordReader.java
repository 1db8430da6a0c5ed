package dev.skep.agreement.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skep.btf.Btf;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.catalog.Release;
import dev.skep.catalog.Releases;
import dev.skep.isa.Code;
import dev.skep.object.Bytes;
import dev.skep.object.FunctionInfo;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a line of a corpus into a program and the kernels' answers. */
public final class RecordReader {

  /** What old files were recorded on: they do not say. */
  private static final KernelVersion UNSAID = KernelVersion.NEWEST;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final CorpusArchive archive;
  private final @Nullable Btf kernelBtf;

  public RecordReader(CorpusArchive archive, @Nullable Btf kernelBtf) {
    this.archive = archive;
    this.kernelBtf = kernelBtf;
  }

  /** A line as JSON. */
  public static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a JSON object: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if something that it needs is missing or malformed
   */
  public CorpusRecord read(JsonNode record) {
    String id = text(record, "id", "?");
    String name = text(record, "name", id);
    Btf btf = types(record, null);
    ProgramType type = ProgramType.ofNumber(record.path("prog_type").asInt(-1));
    if (type == null) {
      throw new IllegalArgumentException(
          id + " has the program type " + record.path("prog_type") + ", which skep does not know");
    }
    var program =
        ProgramSpec.builder(name, type, code(record))
            .section(text(record, "section", ""))
            .expectedAttachType(attachType(record.path("expected_attach_type").asInt()))
            .attachTarget(record.path("attach_btf_name").textValue())
            .attachBtfId(record.path("attach_btf_id").asInt())
            .flags(record.path("prog_flags").asInt())
            .license(text(record, "license", "GPL"))
            .maps(maps(record, btf, name))
            .btf(btf)
            .functions(functions(record.path("func_info")))
            .kfuncs(names(record.path("kfuncs")))
            .ksyms(names(record.path("ksyms")))
            .kernelBtf(kernelBtf)
            .build();
    return new CorpusRecord(
        id, program, answers(record), record.path("kernel").path("log").textValue());
  }

  private static @Nullable AttachType attachType(int number) {
    return number == 0 ? null : AttachType.ofNumber(number);
  }

  private Code code(JsonNode record) {
    JsonNode hex = record.path("insns");
    byte[] bytes =
        hex.isTextual()
            ? HexFormat.of().parseHex(hex.textValue())
            : archive.bytes(text(record, "insns_file", "insns"));
    return Code.ofBytes(bytes, ByteOrder.LITTLE_ENDIAN);
  }

  private @Nullable Btf types(JsonNode holder, @Nullable Btf otherwise) {
    String entry = holder.path("btf").textValue();
    return entry == null ? otherwise : archive.btf(entry);
  }

  private List<MapSpec> maps(JsonNode record, @Nullable Btf btf, String programName) {
    var maps = new ArrayList<MapSpec>();
    for (JsonNode map : record.path("maps")) {
      maps.add(map(map, types(map, btf), programName));
    }
    return maps;
  }

  private static MapSpec map(JsonNode map, @Nullable Btf btf, String programName) {
    MapType type = MapType.ofNumber(map.path("type").asInt());
    if (type == null) {
      throw new IllegalArgumentException(
          "a map has the type " + map.path("type") + ", which skep does not know");
    }
    JsonNode inner = map.path("inner");
    return MapSpec.of(
            text(map, "name", "map"),
            type,
            map.path("key_size").asInt(),
            map.path("value_size").asInt(),
            (int) map.path("max_entries").asLong())
        .toBuilder()
        .flags((int) map.path("map_flags").asLong())
        .extra(map.path("map_extra").asLong())
        .btf(btf)
        .btfKeyTypeId(map.path("btf_key_type_id").asInt())
        .btfValueTypeId(map.path("btf_value_type_id").asInt())
        .inner(inner.isObject() ? map(inner, btf, programName) : null)
        .frozen(map.path("frozen").asBoolean())
        .initialValue(initialValue(map))
        .initialSlots(slots(map.path("programs"), programName))
        .build();
  }

  /** Element 0, with the trailing zeros that the record drops. */
  private static @Nullable Bytes initialValue(JsonNode map) {
    String hex = map.path("value").textValue();
    if (hex == null) {
      return null;
    }
    byte[] recorded = HexFormat.of().parseHex(hex);
    int size = map.path("value_size").asInt();
    return Bytes.of(java.util.Arrays.copyOf(recorded, Math.max(size, recorded.length)));
  }

  private static Map<Integer, String> slots(JsonNode programs, String programName) {
    var slots = new HashMap<Integer, String>();
    for (JsonNode slot : programs) {
      slots.put(slot.asInt(), programName);
    }
    return slots;
  }

  private static List<FunctionInfo> functions(JsonNode pairs) {
    var functions = new ArrayList<FunctionInfo>();
    for (JsonNode pair : pairs) {
      functions.add(new FunctionInfo(pair.path(0).asInt(), pair.path(1).asInt()));
    }
    return functions;
  }

  private static Map<Integer, String> names(JsonNode list) {
    var names = new HashMap<Integer, String>();
    for (JsonNode entry : list) {
      names.put(entry.path("insn").asInt(), text(entry, "name", ""));
    }
    return names;
  }

  private static Map<KernelVersion, CorpusRecord.Answer> answers(JsonNode record) {
    var answers = new HashMap<KernelVersion, CorpusRecord.Answer>();
    for (var entry : record.path("kernels").properties()) {
      String exact = text(entry.getValue(), "kernel_release", entry.getKey());
      addAnswer(answers, KernelVersion.parse(exact), entry.getValue());
    }
    addAnswer(answers, recordedOn(record), record.path("kernel"));
    return answers;
  }

  /** The kernel whose answer is in the field {@code kernel}. */
  static KernelVersion recordedOn(JsonNode record) {
    return KernelVersion.parse(text(record.path("kernel"), "release", UNSAID.toString()));
  }

  private static void addAnswer(
      Map<KernelVersion, CorpusRecord.Answer> answers, KernelVersion kernel, JsonNode answer) {
    if (!answer.path("accepted").isBoolean()) {
      return;
    }
    JsonNode message = answer.path("message");
    String last = message.isArray() ? lastOf(message) : message.asText("");
    answers.put(
        kernel.series(),
        new CorpusRecord.Answer(
            Releases.of(kernel) instanceof Release.Known known ? known.version() : kernel,
            answer.path("accepted").booleanValue(),
            answer.path("errno").textValue(),
            last.strip(),
            answer.path("processed").asInt(-1)));
  }

  private static String lastOf(JsonNode lines) {
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1).asText("");
  }

  private static String text(JsonNode node, String field, String otherwise) {
    String value = node.path(field).textValue();
    return value == null ? otherwise : value;
  }
}
