/* traces.h - what the tracing driver traces, in the form that tracewpp reads. */
#define WPP_CONTROL_GUIDS                                                           \
    WPP_DEFINE_CONTROL_GUID(TracesGuid, (3a2b7c10, 51d4, 4e0f, 9b6a, 1c44d0e5a702), \
                            WPP_DEFINE_BIT(TRACE_LOAD) WPP_DEFINE_BIT(TRACE_REQUESTS))

// begin_wpp config
// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
// FUNC Enter{LEVEL=TRACE_LEVEL_VERBOSE}(FLAGS);
// USEPREFIX (Enter, "%!STDPREFIX! enter");
// end_wpp
