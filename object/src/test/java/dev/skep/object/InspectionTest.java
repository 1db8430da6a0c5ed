package dev.skep.object;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.KernelVersion;
import dev.skep.object.inspect.Inspection;
import dev.skep.object.inspect.InspectionPrinter;
import dev.skep.object.reader.ObjectReader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InspectionTest {

  private static Inspection inspect(String name) throws IOException {
    byte[] file = ObjectReaderTest.file(name);
    return Inspection.of(ObjectReader.read(file, name, ReadOptions.defaults()).orElseThrow(), file);
  }

  private static Inspection.Program program(Inspection inspection, String name) {
    return inspection.programs().stream()
        .filter(p -> p.spec().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void saysWhichFeatureDecides() throws IOException {
    Inspection inspection = inspect("subprograms.bpf.o");
    Inspection.Program callback = program(inspection, "callback");
    assertEquals(new KernelVersion(5, 17), callback.needs().oldest());
    assertEquals("helper bpf_loop", callback.needs().decidedBy());
    assertEquals(List.of(), callback.needs().unknown());
    assertEquals(Set.of(181), callback.uses().helpers());
    assertEquals(
        List.of("callback", "visit", "leaf", "weak_one"),
        callback.functions().stream().map(Inspection.Function::name).toList());
    Inspection.Program alone = program(inspection, "alone");
    assertEquals(new KernelVersion(4, 8), alone.needs().oldest());
    assertEquals("program type xdp (BPF_PROG_TYPE_XDP)", alone.needs().decidedBy());
  }

  @Test
  void listsGlobals() throws IOException {
    Inspection inspection = inspect("globals.bpf.o");
    assertTrue(
        inspection.types().globals().stream()
            .anyMatch(
                g ->
                    g.section().equals(".rodata")
                        && g.name().equals("name")
                        && g.type().equals("const volatile char[8]")
                        && g.size() == 8));
  }

  @Test
  void saysWhatCoReIsAskedFor() throws IOException {
    Inspection inspection = inspect("core.bpf.o");
    List<String> asked = inspection.core().get("raw_tp/sched_wakeup");
    assertTrue(asked != null && asked.contains("type_exists no_such_struct"), () -> "" + asked);
  }

  @Test
  void listsWhatIsTakenFromTheKernel() throws IOException {
    Inspection.Program use = program(inspect("externs.bpf.o"), "use");
    assertTrue(use.uses().kfuncs().contains("bpf_task_acquire"));
    assertEquals(new KernelVersion(6, 2), use.needs().oldest());
    assertEquals("kfunc bpf_rcu_read_lock", use.needs().decidedBy());
    assertTrue(
        use.needs().features().stream()
            .anyMatch(need -> need.feature().equals("kfunc bpf_task_acquire")),
        () -> "" + use.needs().features());
  }

  @Test
  void fitsOnAPage() throws IOException {
    String page = InspectionPrinter.print(inspect("subprograms.bpf.o"));
    assertTrue(
        page.contains(
            """
            program callback  SEC("tc")  sched_cls
              needs      Linux 5.17: helper bpf_loop
            """),
        page);
    assertTrue(page.contains("  functions  callback "), page);
    assertTrue(page.lines().count() < 60, page);
  }
}
