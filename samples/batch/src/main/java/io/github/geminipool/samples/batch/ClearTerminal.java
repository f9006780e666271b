package io.github.geminipool.samples.batch;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Makes room for a line of the log where there may be a bar; it is drawn again below. */
public class ClearTerminal extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return Boolean.parseBoolean(getContext().getProperty("batch.bar")) ? TerminalLines.CLEAR : "";
    }
}
