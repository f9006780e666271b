package io.github.geminipool.simulator.internal.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Creates an X.509 certificate for the loopback interface; the JDK has no public API for that. */
final class SelfSignedCertificate {
    private static final byte[] ECDSA_WITH_SHA256 = Der.of(Der.SEQUENCE, Der.oid(1, 2, 840, 10045, 4, 3, 2));
    private static final byte[] COMMON_NAME = Der.oid(2, 5, 4, 3);
    private static final byte[] ALTERNATIVE_NAMES = Der.oid(2, 5, 29, 17);
    private static final int DNS = 0x82;
    private static final int ADDRESS = 0x87;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SelfSignedCertificate() {}

    /** Creates a certificate for an elliptic-curve key, valid for ten years. */
    static Certificate of(KeyPair pair) throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] name = Der.of(
                Der.SEQUENCE,
                Der.of(Der.SET, Der.of(Der.SEQUENCE, COMMON_NAME, Der.text(Der.UTF8, "gemini-pool simulator"))));
        byte[] validity = Der.of(
                Der.SEQUENCE,
                Der.text(Der.TIME, TIME.format(now.minus(Duration.ofDays(1)))),
                Der.text(Der.TIME, TIME.format(now.plus(Duration.ofDays(3650)))));
        byte[] hosts = Der.of(Der.SEQUENCE, Der.text(DNS, "localhost"), Der.of(ADDRESS, new byte[] {127, 0, 0, 1}));
        byte[] extensions = Der.of(Der.SEQUENCE, Der.of(Der.SEQUENCE, ALTERNATIVE_NAMES, Der.of(Der.OCTETS, hosts)));
        byte[] version3 = Der.explicit(0, Der.of(Der.INTEGER, new byte[] {2}));
        byte[] serial =
                new BigInteger(64, new SecureRandom()).add(BigInteger.ONE).toByteArray();
        byte[] content = Der.of(
                Der.SEQUENCE,
                version3,
                Der.of(Der.INTEGER, serial),
                ECDSA_WITH_SHA256,
                name,
                validity,
                name,
                pair.getPublic().getEncoded(),
                Der.explicit(3, extensions));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(content);
        byte[] certificate = Der.of(Der.SEQUENCE, content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }
}
