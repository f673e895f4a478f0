<?php
// Run in the folder of a WordPress: its owner publishes a post, and what WordPress does by itself a little later is
// done at once: it tells every page that the post links to and that takes pingbacks.
require getcwd() . '/wp-load.php';

$post = wp_insert_post([
    'post_title' => 'An answer',
    'post_content' => $argv[1],
    'post_author' => 1,
    'post_status' => 'publish',
], true);
if (is_wp_error($post)) {
    fwrite(STDERR, $post->get_error_message());
    exit(1);
}
do_all_pings();
echo get_permalink($post);
