package io.github.geminipool.internal.http;

import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;

/** How TLS connections are made, where that is not left to this machine. */
public record Tls(SSLSocketFactory socketFactory, X509TrustManager trustManager) {}
