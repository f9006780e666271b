package io.github.geminipool.samples.batch;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/** A process's streams: results go to {@code out}, everything else to {@code err}. */
record Console(InputStream in, OutputStream out, PrintStream err) {}
