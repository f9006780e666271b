package io.github.geminipool.autoconfigure;

import java.util.Arrays;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.springframework.boot.ssl.SslBundle;

/**
 * An SSL bundle in the form that OkHttp requires.
 *
 * @param socketFactory creates connections with the bundle's key and trust stores
 * @param trustManager the trust manager of that socket factory
 */
record SslBundleTrust(SSLSocketFactory socketFactory, X509TrustManager trustManager) {

    static SslBundleTrust of(SslBundle bundle) {
        X509TrustManager trustManager = Arrays.stream(bundle.getManagers().getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The SSL bundle has no X.509 trust manager"));
        return new SslBundleTrust(bundle.createSslContext().getSocketFactory(), trustManager);
    }
}
