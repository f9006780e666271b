package io.github.geminipool.internal.connection;

import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/** The TLS configuration of connections, if it is not the JVM's default. */
public record Tls(SSLSocketFactory socketFactory, X509TrustManager trustManager) {}
