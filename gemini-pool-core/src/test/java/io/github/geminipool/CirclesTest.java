package io.github.geminipool;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The files of a package do not use each other in a circle of more than two: what ArchUnit says of packages, said of the files
 * within each.
 */
class CirclesTest {

    private static final int MOST = 2;

    @Test
    void noThreeFilesOfAPackageUseEachOtherInACircle() {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (JavaClass item : new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(new ArchitectureTest.DoNotIncludeSimulator())
                .importPackages("io.github.geminipool")) {
            Set<String> used = uses.computeIfAbsent(fileOf(item), file -> new TreeSet<>());
            item.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().equals(item.getPackageName()))
                    .map(CirclesTest::fileOf)
                    .filter(file -> !file.equals(fileOf(item)))
                    .forEach(used::add);
        }
        assertThat(uses).hasSizeGreaterThan(150);
        assertThat(circles(uses)).filteredOn(circle -> circle.size() > MOST).isEmpty();
    }

    @Test
    void aCircleIsFoundWhereverItBegins() {
        Map<String, Set<String>> uses = Map.of(
                "a", Set.of("b"),
                "b", Set.of("c", "d"),
                "c", Set.of("a"),
                "d", Set.of("e"),
                "e", Set.of("d"),
                "f", Set.of("a"));
        assertThat(circles(uses)).containsExactlyInAnyOrder(Set.of("a", "b", "c"), Set.of("d", "e"));
    }

    private static String fileOf(JavaClass item) {
        int nested = item.getName().indexOf('$');
        return nested < 0 ? item.getName() : item.getName().substring(0, nested);
    }

    /** Returns the strongly connected components of more than one file. */
    private static List<Set<String>> circles(Map<String, Set<String>> uses) {
        Map<String, Set<String>> reached = new HashMap<>();
        uses.keySet().forEach(file -> reached.put(file, reachedFrom(file, uses)));
        List<Set<String>> circles = new ArrayList<>();
        Set<String> done = new TreeSet<>();
        for (String file : uses.keySet()) {
            Set<String> circle = new TreeSet<>();
            for (String other : reached.getOrDefault(file, Set.of())) {
                if (reached.getOrDefault(other, Set.of()).contains(file)) {
                    circle.add(other);
                }
            }
            if (circle.size() > 1 && done.addAll(circle)) {
                circles.add(circle);
            }
        }
        return circles;
    }

    private static Set<String> reachedFrom(String file, Map<String, Set<String>> uses) {
        Set<String> reached = new TreeSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(file));
        while (!next.isEmpty()) {
            for (String used : uses.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(used)) {
                    next.add(used);
                }
            }
        }
        return reached;
    }
}
