package io.github.geminipool.samples.batch;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** Clears the progress bar before a log line; the bar is redrawn below it. */
public class ClearTerminal extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return Boolean.parseBoolean(getContext().getProperty("batch.bar")) ? TerminalLines.CLEAR : "";
    }
}
