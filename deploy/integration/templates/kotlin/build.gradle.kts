// To be merged into the app's build.gradle.kts.
dependencies {
    implementation("com.google.ai.edge.litert:litert:{{ litert }}")
}
