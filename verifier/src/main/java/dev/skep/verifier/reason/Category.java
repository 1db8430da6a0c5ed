package dev.skep.verifier.reason;

/** What a rule protects: the kinds of Linux 7.3's own error reports, by their names there. */
public enum Category {
  REGISTER_TYPE_SAFETY("Register Type Safety"),
  MEMORY_SAFETY("Memory Safety"),
  RESOURCE_LIFETIME_SAFETY("Resource Lifetime Safety"),
  CALL_TYPE_SAFETY("Call Type Safety"),
  EXECUTION_CONTEXT_SAFETY("Execution Context Safety"),
  PROGRAM_STRUCTURE("Program Structure"),
  POLICY("Policy");

  private final String title;

  Category(String title) {
    this.title = title;
  }

  /** The name in the kernel's reports. */
  public String title() {
    return title;
  }
}
