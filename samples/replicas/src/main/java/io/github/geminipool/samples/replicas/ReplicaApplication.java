package io.github.geminipool.samples.replicas;

import java.util.concurrent.Future;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** One replica. All that makes it share is in {@code application.yml} and in the dependencies. */
@SpringBootApplication
@EnableScheduling
public class ReplicaApplication {

    /** Starts the replica, which ends with the process that started it. */
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(parent -> {
            Future<?> unused =
                    parent.onExit().thenRun(() -> Runtime.getRuntime().halt(0));
        });
        SpringApplication.run(ReplicaApplication.class, args);
    }
}
