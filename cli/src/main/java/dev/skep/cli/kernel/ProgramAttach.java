package dev.skep.cli.kernel;

import dev.skep.catalog.AttachType;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.AttachPoint;
import dev.skep.kernel.DirectAttachment;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelProgram;
import java.nio.file.Path;

/** {@code skep kernel prog attach|detach PROG ATTACH_TYPE [MAP]}. */
final class ProgramAttach {

  private ProgramAttach() {}

  static void run(Kernel kernel, Words words, boolean attach) {
    try (KernelProgram program = References.program(kernel, words)) {
      AttachType type = type(words.next("an attach type"));
      if (type == AttachType.FLOW_DISSECTOR) {
        words.end();
        change(
            program, new AttachPoint.NetworkNamespace(Path.of("/proc/self/ns/net")), type, attach);
        return;
      }
      try (KernelMap map = References.map(kernel, words)) {
        words.end();
        change(program, new AttachPoint.SocketMap(map), type, attach);
      }
    }
  }

  private static AttachType type(String word) {
    return switch (word) {
      case "sk_msg_verdict", "msg_verdict" -> AttachType.SK_MSG_VERDICT;
      case "sk_skb_verdict", "skb_verdict" -> AttachType.SK_SKB_VERDICT;
      case "sk_skb_stream_verdict", "stream_verdict" -> AttachType.SK_SKB_STREAM_VERDICT;
      case "sk_skb_stream_parser", "stream_parser" -> AttachType.SK_SKB_STREAM_PARSER;
      case "flow_dissector" -> AttachType.FLOW_DISSECTOR;
      default ->
          throw CommandFailure.usage(
              "unknown attach type '"
                  + word
                  + "'; there are sk_msg_verdict, sk_skb_verdict, sk_skb_stream_verdict,"
                  + " sk_skb_stream_parser and flow_dissector; for others see cgroup and net");
    };
  }

  private static void change(
      KernelProgram program, AttachPoint point, AttachType type, boolean attach) {
    if (attach) {
      DirectAttachment.attach(program, point, type, 0);
    } else {
      DirectAttachment.detach(program, point, type);
    }
  }
}
