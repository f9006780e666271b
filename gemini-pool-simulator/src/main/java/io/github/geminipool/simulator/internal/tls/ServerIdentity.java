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
 * A key with a self-signed certificate for 127.0.0.1 and localhost. Created at each start: a bundled private key would be
 * public, and its certificate would expire.
 */
public final class ServerIdentity {
    private final SSLContext sslContext;
    private final X509TrustManager trustManager;

    private ServerIdentity(SSLContext sslContext, X509TrustManager trustManager) {
        this.sslContext = sslContext;
        this.trustManager = trustManager;
    }

    /**
     * Creates an identity.
     *
     * @return a new identity
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
            throw new IllegalStateException("Could not create a certificate", failed);
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
     * Returns a context for servers and clients, with the key and trust in the certificate.
     *
     * @return the context
     */
    public SSLContext sslContext() {
        return sslContext;
    }

    /**
     * Returns a trust manager that trusts only this certificate.
     *
     * @return the trust manager
     */
    public X509TrustManager trustManager() {
        return trustManager;
    }
}
