package io.github.geminipool.simulator.internal.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A new key and a certificate that it signed itself, for 127.0.0.1 and localhost. Made at each start: a bundled one
 * would be a private key that everybody has, and would expire.
 */
public final class ServerIdentity {
    private final SSLContext sslContext;
    private final X509TrustManager trustManager;

    private ServerIdentity(SSLContext sslContext, X509TrustManager trustManager) {
        this.sslContext = sslContext;
        this.trustManager = trustManager;
    }

    /**
     * Makes an identity.
     *
     * @return a new one
     */
    public static ServerIdentity create() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            Certificate certificate = SelfSignedCertificate.of(pair);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            char[] password = new char[0];
            store.setKeyEntry("simulator", pair.getPrivate(), password, new Certificate[] {certificate});
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            X509TrustManager trust = trusting(certificate);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
            return new ServerIdentity(context, trust);
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException("No certificate could be made", failed);
        }
    }

    private static X509TrustManager trusting(Certificate certificate) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("simulator", certificate);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /**
     * For both ends: has the key, and trusts the certificate.
     *
     * @return a context
     */
    public SSLContext sslContext() {
        return sslContext;
    }

    /**
     * Trusts this certificate only.
     *
     * @return for clients
     */
    public X509TrustManager trustManager() {
        return trustManager;
    }
}
