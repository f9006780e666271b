package io.github.geminipool.wire.sdk;

import com.google.genai.Client;
import java.nio.file.Path;

/** The version of Google's SDK on the class path. */
final class SdkVersion {

    private SdkVersion() {}

    /** Returns the name of its jar, such as {@code google-genai-2.3.0.jar}. */
    static String jar() {
        return String.valueOf(Path.of(Client.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .getFileName());
    }

    /** Returns the version of the API that it asks if nobody says which, while {@code GOOGLE_GENAI_API_VERSION} is v1. */
    static String apiVersion() {
        return isLine1() ? "v1beta" : "v1";
    }

    /** Returns the version at which a client of a version uploads files. */
    static String uploadVersion(String ofClient) {
        return isLine1() ? "v1beta" : ofClient;
    }

    private static boolean isLine1() {
        return jar().startsWith("google-genai-1.");
    }
}
