package io.github.geminipool.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;

/** A wire test without its tag would run on one OkHttp only, unnoticed. */
@AnalyzeClasses(packages = "io.github.geminipool", importOptions = ImportOption.OnlyIncludeTests.class)
class WireTagTest {

    @ArchTest
    static final ArchRule WIRE_TESTS_ARE_TAGGED = classes()
            .that()
            .haveSimpleNameEndingWith("WireTest")
            .should(new ArchCondition<>("be tagged as wire") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean tagged = Arrays.stream(type.reflect().getAnnotationsByType(Tag.class))
                            .anyMatch(tag -> tag.value().equals("wire"));
                    events.add(new SimpleConditionEvent(type, tagged, type.getName() + " has no @Tag(\"wire\")"));
                }
            });
}
