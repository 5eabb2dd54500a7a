"""exifsim-gdb.py - gdb commands for the simulated machine.

    gdb -x docs/exifsim-gdb.py --args build/exifsim run scenarios/kb908674.ini --break-at 988331
    (gdb) break trace_breakpoint
    (gdb) run
    (gdb) xprocesses

A simulated thread is a fiber: a stack in the arena. The thread that runs has the host's registers; every
other one left its registers on its stack when it switched away (sim/fiber_switch.S), so xbt can unwind
it. All commands read the program's own structures, by their C names, and change nothing.
"""
import gdb

REGISTERS_X86_64 = ("r15", "r14", "r13", "r12", "rbx", "rbp")  # In the order fiber_jump pops them.


def value(text):
    return gdb.parse_and_eval(text)


def kernel():
    ke = value("ke")
    if int(ke) == 0:
        raise gdb.GdbError("no simulated machine here: the kernel has not booted, or this is another host thread")
    return ke.dereference()


def members(head, struct, link):
    """The items of a `struct link` list (sim/list.h), in order."""
    kind = gdb.lookup_type(struct)
    offset = next(f.bitpos // 8 for f in kind.fields() if f.name == link)
    at = head["next"]
    while int(at) != int(head.address):
        yield gdb.Value(int(at) - offset).cast(kind.pointer()).dereference()
        at = at["next"]


def irps_of(thread):
    """The IRPs of a thread, by its LIST_ENTRY."""
    kind = gdb.lookup_type("IRP")
    offset = next(f.bitpos // 8 for f in kind.fields() if f.name == "ThreadListEntry")
    head = thread["irps"]
    at = head["Flink"]
    while int(at) != int(head.address):
        yield gdb.Value(int(at) - offset).cast(kind.pointer()).dereference()
        at = at["Flink"]


def processes():
    return members(kernel()["processes"], "struct ke_process", "process_link")


def threads():
    for process in processes():
        yield from members(process["threads"], "struct ke_thread", "process_link")


def text(value_of_name, otherwise=""):
    return value_of_name.string() if int(value_of_name.address if value_of_name.type.code ==
                                         gdb.TYPE_CODE_ARRAY else value_of_name) != 0 else otherwise


def name_of(process):
    return process.dereference()["name"].string() if int(process) != 0 else "-"


def state_of(thread):
    return str(thread["state"]).replace("KE_", "").lower()


def processor_of(thread):
    """The number of the processor that this thread runs on; None: it runs on none."""
    ke = kernel()
    for number in range(int(ke["cpu_count"])):
        cpu = ke["cpus"][number]
        if int(cpu["thread"]) == int(thread.address):
            return number
    return None


def thread_by_id(argument):
    wanted = int(argument, 0)
    for thread in threads():
        if int(thread["id"]) == wanted:
            return thread
    raise gdb.GdbError("no simulated thread has the ID %s; xthreads lists them" % argument)


class Command(gdb.Command):
    """One command; its docstring is its help, and its first word its name."""

    def __init__(self):
        super().__init__(self.__doc__.split()[0], gdb.COMMAND_USER)


class Processes(Command):
    """xprocesses: the simulated processes, with ID, address, threads and debugger."""

    def invoke(self, argument, from_tty):
        for p in processes():
            count = len(list(members(p["threads"], "struct ke_thread", "process_link")))
            print("%08x  id %-5d %-14s %2d threads%s%s" % (
                int(p["address"]), int(p["id"]), p["name"].string(), count,
                ", exiting" if p["exiting"] else "",
                ", debugged by " + name_of(p["debugger"]) if int(p["debugger"]) else ""))


class Threads(Command):
    """xthreads [NAME]: the simulated threads, of processes whose name contains NAME."""

    def invoke(self, argument, from_tty):
        for t in threads():
            owner = name_of(t["process"])
            if argument not in owner:
                continue
            cpu = processor_of(t)
            force = name_of(t["apc_state"]["Process"])
            print("%04x  %08x  %-14s %-16s %-10s priority %2d%s%s" % (
                int(t["id"]), int(t["address"]), owner, text(t["name"], "-"),
                state_of(t) if cpu is None else "cpu %d" % cpu, int(t["priority"]),
                ", index %d in %s" % (int(t["apc_state_index"]), force) if force != owner else "",
                ", %d IRPs" % len(list(irps_of(t))) if len(list(irps_of(t))) else ""))


class Irps(Command):
    """xirps [ID]: the IRPs that simulated threads have under way, or those of one thread."""

    def invoke(self, argument, from_tty):
        for t in [thread_by_id(argument)] if argument else threads():
            for irp in irps_of(t):
                count, current = int(irp["StackCount"]), int(irp["CurrentLocation"])
                print("%04x  %-14s %-16s irp %s  location %d of %d%s" % (
                    int(t["id"]), name_of(t["process"]), text(t["name"], "-"), hex(int(irp.address)),
                    current, count, ", cancelled" if irp["Cancel"] else ""))


class Backtrace(Command):
    """xbt ID: the stack of the simulated thread with this client ID."""

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("xbt ID: which thread? xthreads lists them")
        thread = thread_by_id(argument)
        if processor_of(thread) is not None and int(kernel()["cpu"]["thread"]) == int(thread.address):
            gdb.execute("backtrace")
            return
        fiber = thread["fiber"]
        if int(fiber) == 0 or int(fiber.dereference()["sp"]) == 0:
            raise gdb.GdbError("this thread has no stack: it has not begun, or it has ended")
        if gdb.selected_frame().architecture().name() != "i386:x86-64":
            raise gdb.GdbError("xbt knows the saved registers of x86-64 only")
        self.unwind(int(fiber.dereference()["sp"]))

    @staticmethod
    def unwind(sp):
        word = gdb.lookup_type("unsigned long")
        at = lambda i: int(gdb.Value(sp + 8 * i).cast(word.pointer()).dereference())
        names = REGISTERS_X86_64 + ("rip", "rsp")
        gdb.execute("select-frame 0")
        before = {n: int(value("(unsigned long)$" + n)) for n in names}
        try:
            for i, n in enumerate(REGISTERS_X86_64):
                gdb.execute("set $%s = %d" % (n, at(i)), to_string=True)
            gdb.execute("set $rsp = %d" % (sp + 8 * (len(REGISTERS_X86_64) + 1)), to_string=True)
            gdb.execute("set $rip = %d" % at(len(REGISTERS_X86_64)), to_string=True)
            gdb.execute("backtrace")
        finally:
            for n in REGISTERS_X86_64 + ("rsp", "rip"):
                gdb.execute("set $%s = %d" % (n, before[n]), to_string=True)


for command in (Processes, Threads, Irps, Backtrace):
    command()
