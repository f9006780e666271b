package io.github.geminipool.internal.connection;

import io.github.geminipool.failure.FailureCause;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What it means if an attempt ends without a complete response. */
public final class ConnectionFailures {

    private static final int MAX_DEPTH = 8;

    private ConnectionFailures() {}

    /**
     * Returns the cause of a failure.
     *
     * @param connection the connection of the attempt; null if it had none
     */
    public static FailureCause causeOf(IOException failure, @Nullable ConnectionState connection) {
        if (connection != null) {
            return connection.isKnownLoss(failure) ? FailureCause.CONNECTION_LOST : FailureCause.UNSPECIFIED;
        }
        if (failure instanceof UnknownHostException) {
            return FailureCause.NAME_UNRESOLVED;
        }
        boolean untrusted = failure instanceof SSLPeerUnverifiedException
                || (failure instanceof SSLHandshakeException && isOfCertificate(failure));
        return untrusted ? FailureCause.CERTIFICATE_UNTRUSTED : FailureCause.UNSPECIFIED;
    }

    private static boolean isOfCertificate(Throwable failure) {
        Throwable current = failure;
        for (int depth = 0; current != null && depth < MAX_DEPTH; depth++) {
            if (current instanceof CertificateException) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }
}
