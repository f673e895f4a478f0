<?php
// Run in the folder of a WordPress: its owner publishes a post, and what WordPress does by itself a little later is
// done at once: it tells every page that the post links to and that takes pingbacks.
require getcwd() . '/wp-load.php';
require __DIR__ . '/post.php';

$post = publish_post('An answer', $argv[1]);
do_all_pings();
echo get_permalink($post);
